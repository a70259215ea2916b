"""What the demo applies, besides docs/examples."""

ALLOCATE = """\
apiVersion: aws.k8s.logmein.com/v1alpha1
kind: EIP
metadata:
  name: my-eip
spec:
  tags:
    owner: My team
"""
ASSIGN = ALLOCATE + """\
  assignment:
    podName: some-pod
"""
EXACT = """\
apiVersion: aws.k8s.logmein.com/v1alpha1
kind: EIP
metadata:
  name: exact
spec:
  publicIPv4Address: 198.51.100.7
"""
ON_ENI = """\
apiVersion: aws.k8s.logmein.com/v1alpha1
kind: EIP
metadata:
  name: on-my-eni
spec:
  tags:
    owner: My team
  assignment:
    eni: my-eni
    eniPrivateIPAddressIndex: 1
"""
ASSOCIATION = """\
apiVersion: aws.k8s.logmein.com/v1alpha1
kind: EIPAssociation
metadata:
  name: my-eip-to-my-pod
spec:
  eipName: my-eip
  assignment:
    podName: my-pod
"""


POOLS = """\
apiVersion: aws.k8s.logmein.com/v1alpha1
kind: EIP
metadata:
  name: pooled
spec:
  publicIPv4Pools: [ipv4pool-ec2-00000000000000001, ipv4pool-ec2-00000000000000002]
"""
BUSY = """\
apiVersion: aws.k8s.logmein.com/v1alpha1
kind: EIP
metadata:
  name: patient
spec:
  assignment:
    podName: busy-pod
"""
